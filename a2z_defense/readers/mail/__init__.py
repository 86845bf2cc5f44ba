"""Mail bytes -> MailRead. Pure: no clock, no network, no exception for any bytes."""
