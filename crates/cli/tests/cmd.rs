//! Every help page and every error that needs no service, byte for byte.
//!
//! `TRYCMD=overwrite cargo test -p cli --test cmd` writes the pages anew after a change on purpose.
#![allow(missing_docs)]

#[test]
fn pages_and_errors() {
    trycmd::TestCases::new()
        .env("COLUMNS", "100")
        .env("NO_COLOR", "1")
        .case("tests/cmd/help/*.trycmd")
        .case("tests/cmd/errors/*.trycmd");
}
