"""Twilio as the carrier: webhooks, API calls and opt-out rules."""
