"""How the commands are called: arguments, options and help. What they do is loaded when they run."""
