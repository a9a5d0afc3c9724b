"""Telling people and programs about alerts: webhooks, chats, e-mail."""
