"""Child processes in which untrusted bytes are opened: how they are started, kept, fed, limited and heard."""
