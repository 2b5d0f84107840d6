//! The `safehand` command.

fn main() {}
