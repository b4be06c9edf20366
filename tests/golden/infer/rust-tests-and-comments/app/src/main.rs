/* .at("/health").get(x) /* nested */ */
#[async_std::main]
async fn main() -> tide::Result<()> {
    let usage = r#"app.at("/metrics") // "quoted""#;
    let quote = '"'; // "
    let mut app = tide::new();
    app.at("/livez").get(|_| async { Ok("ok") });
    // app.listen("0.0.0.0:1111").await?;
    app.listen("0.0.0.0:7007").await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn listens() { let key = std::env::var("TEST_KEY").unwrap(); bind("0.0.0.0:9999"); }
}
