#[test]
fn shines() {}
