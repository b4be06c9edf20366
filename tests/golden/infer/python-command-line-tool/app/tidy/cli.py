import typer


def main():
    typer.run(print)
