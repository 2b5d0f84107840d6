//! Builds, demonstrates, tests and measures the project itself.

fn main() {}
