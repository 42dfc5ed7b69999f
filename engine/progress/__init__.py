"""What the course knows of its people: who they are, what they handed in."""
