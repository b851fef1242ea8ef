"""The doors of the house for staff: log-in, second step, one-time links, single sign-on, the first start."""
