//! The reporter's browser module: runs the questionnaire in the page, seals, uploads.
