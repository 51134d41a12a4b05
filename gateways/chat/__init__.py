"""The customer's own door: the chat page, its API and its socket.

A customer reaches one conversation, by a token that only they hold; neither cookies nor
ids of rows mean anything here.
"""
