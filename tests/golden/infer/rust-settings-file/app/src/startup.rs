pub fn run() {
    App::new().route("/health_check", web::get().to(health_check)).route("/subscriptions", web::post().to(subscribe));
    sqlx::query!("select 1");
}
