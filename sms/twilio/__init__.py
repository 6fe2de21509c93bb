"""Twilio as carrier: webhooks, API calls and opt-out rules."""
