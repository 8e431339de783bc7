"""Who readers are and what they may do: rights by a file of roles, and logins at an OpenID provider."""
