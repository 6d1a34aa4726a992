"""Other people's code, in processes of its own: bounded, quiet, and ended when it hangs."""
