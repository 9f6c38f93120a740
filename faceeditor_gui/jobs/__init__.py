"""Joins the document to the worker: plans, queue, thread, results."""
