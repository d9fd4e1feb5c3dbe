"""Wrong answers that pass every check students see, a module a lab: each is refused by a hidden check alone."""
