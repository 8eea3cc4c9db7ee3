//! Drawings of a report: PDF, PNG, HTML, mail, CSV, XLSX. No arithmetic, no words of its own.
