"""How a .NET repository is read: C#, F# and Visual Basic."""
