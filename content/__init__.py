"""What we know: the pack of topics, resources and replies, from its source files to what is served.

Reading order: model, source, rules, build, releases, intake, library. Nothing here imports kiosk,
sms or store.
"""
