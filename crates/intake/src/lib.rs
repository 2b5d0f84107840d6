//! The questionnaire as data, its state machine, and its pages as pure functions. No I/O.
