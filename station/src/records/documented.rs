//! Every query of `docs/records.md` runs, against a record of a whole visit.

use super::fixtures::archive_of_a_signed_visit;

const DOCUMENT: &str = include_str!("../../../docs/records.md");

/// What stands between fences of SQL.
fn queries() -> Vec<&'static str> {
    DOCUMENT
        .split("```sql\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect()
}

#[test]
fn every_query_of_the_document_runs() {
    let (_folder, archive) = archive_of_a_signed_visit();
    assert!(queries().len() >= 10);
    let mut with_rows = 0;
    for query in queries() {
        let rows = archive.query(query.trim().trim_end_matches(';'), [], |_| Ok(()));
        with_rows += usize::from(!rows.unwrap().is_empty());
    }
    // Five ask for what should not be there: lost runs, changed prescriptions, gaps, imported sessions, purges.
    assert_eq!(with_rows, queries().len() - 5);
}

#[test]
fn every_table_of_the_record_is_documented() {
    let (_folder, archive) = archive_of_a_signed_visit();
    let tables: Vec<String> = archive
        .query(
            "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    for table in tables {
        assert!(DOCUMENT.contains(&format!("`{table}`")), "{table}");
    }
}
