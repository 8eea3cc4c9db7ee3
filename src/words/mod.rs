//! What readers read: texts as a struct per language, numbers and dates as they expect them.
