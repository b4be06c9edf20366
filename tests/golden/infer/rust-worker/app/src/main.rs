#[tokio::main]
async fn main() {
    let url = std::env::var("AMQP_URL").unwrap_or_else(|_| "amqp://localhost:5672".into());
    lapin::Connection::connect(&url, Default::default()).await.unwrap();
}
