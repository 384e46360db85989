"""How a belief agent and PEARL search for a target in sparse navigation, episode by episode."""
