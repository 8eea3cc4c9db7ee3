//! Every kind in both languages, as a reader would read it.

use genomslag::model::{Language, ReportKind};
use genomslag::report::{Comment, Report};

use super::sample::{held, sample};
use super::text::text;

fn of(kind: ReportKind, language: Language) -> Report {
    sample(kind).report(kind, language)
}

#[test]
fn weekly_in_swedish() {
    insta::assert_snapshot!(text(&of(ReportKind::Weekly, Language::Swedish)));
}

#[test]
fn weekly_in_english() {
    insta::assert_snapshot!(text(&of(ReportKind::Weekly, Language::English)));
}

#[test]
fn unit_in_swedish() {
    insta::assert_snapshot!(text(&of(ReportKind::Unit, Language::Swedish)));
}

#[test]
fn unit_in_english() {
    insta::assert_snapshot!(text(&of(ReportKind::Unit, Language::English)));
}

#[test]
fn monthly_in_swedish() {
    insta::assert_snapshot!(text(&of(ReportKind::Monthly, Language::Swedish)));
}

#[test]
fn tertial_in_english() {
    insta::assert_snapshot!(text(&of(ReportKind::Tertial, Language::English)));
}

#[test]
fn what_people_wrote_stands_where_it_belongs_and_is_never_lost() {
    let mut held = held();
    held.comment = Some(Comment {
        text: "En stark vecka.\n\nVi fortsätter\nså.".to_owned(),
        decision: Some("Anta en ny kanalplan.".to_owned()),
        sections: vec![
            ("channels".to_owned(), "Facebook bar veckan.".to_owned()),
            ("posts".to_owned(), "Inläggen om familjehem.".to_owned()),
            ("Övrigt".to_owned(), "Praktikant fram till jul.".to_owned()),
        ],
    });
    let report = held.report(ReportKind::Weekly, Language::Swedish);
    assert_eq!(
        report.comment,
        [
            "En stark vecka.",
            "Vi fortsätter så.",
            "Inlägg: Inläggen om familjehem.",
            "Övrigt: Praktikant fram till jul."
        ]
    );
    let decision = report.decision.as_ref().unwrap();
    assert_eq!((decision.label.as_str(), decision.rule.as_deref()), ("Förslag till beslut", None));
    assert!(text(&report).contains("Kommentar: Facebook bar veckan."));
}
