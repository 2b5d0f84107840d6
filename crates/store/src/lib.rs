//! SQL and object storage behind one small interface.
