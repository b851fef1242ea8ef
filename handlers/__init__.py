"""What the bot says about each subject, one file a subject. Pure: returns effects."""
