module snippetbox.example.org

go 1.20

require github.com/go-sql-driver/mysql v1.7.1
