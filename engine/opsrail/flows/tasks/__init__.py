"""What flows do: one kind of task a module (or package), each with its `KIND`."""
