fn main() { newsletter::startup::run() }
