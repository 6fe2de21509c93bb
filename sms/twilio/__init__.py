"""Twilio as carrier: webhooks, signatures, delivery, opt-out, answers after an outage."""
