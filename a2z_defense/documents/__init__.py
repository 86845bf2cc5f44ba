"""Case and assessment to texts and PDFs."""
