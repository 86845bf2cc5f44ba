"""What each template is given: phrases, and facts with their exhibits."""
