app = ->(env) { [200, {}, ["ok"]] }
run app
