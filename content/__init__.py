"""The packs of topics, resources and replies: from source files to what students see.

Read in this order: model, source, rules, build, releases, intake, library. Nothing here imports
kiosk, sms or store.
"""
