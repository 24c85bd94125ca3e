"""What a user asks of the figures: explanations and scenarios. Nothing here is published."""
