//! The staff application, in the browser.
