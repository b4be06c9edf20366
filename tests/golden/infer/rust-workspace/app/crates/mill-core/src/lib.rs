pub fn settings() -> String { std::env::var("MILL_TOKEN").expect("MILL_TOKEN") }
