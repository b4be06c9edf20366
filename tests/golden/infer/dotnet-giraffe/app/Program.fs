module Bulletin

let webApp = choose [ GET >=> route "/ping" >=> text "pong"; route "/" >=> text "hello" ]

[<EntryPoint>]
let main args =
    Host.CreateDefaultBuilder(args).Build().Run()
    0
