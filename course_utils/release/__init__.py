"""What leaves the course's repository: the students' archive, and autograders for other systems."""
