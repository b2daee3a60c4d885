"""What is usual for each person, over all their interviews, and the markers that are found against it."""
