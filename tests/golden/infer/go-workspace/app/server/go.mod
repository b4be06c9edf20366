module example.com/suite/server

go 1.22
