"""One file or folder a channel, the same three methods: receive, send, receipt."""
