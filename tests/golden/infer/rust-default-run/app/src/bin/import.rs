fn main() { let x = std::env::var("IMPORT_KEY").unwrap(); }
