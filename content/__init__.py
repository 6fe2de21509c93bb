"""Packs of topics, resources and replies, from source files to the pages that students see.

Read in this order: model, rules, trust, review, directory, releases. Nothing here imports
kiosk, sms or store.
"""
