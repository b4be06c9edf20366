from mcp.server.fastmcp import FastMCP

mcp = FastMCP("tools", host="0.0.0.0", port=8123)


@mcp.tool()
def add(a: int, b: int) -> int:
    return a + b


if __name__ == "__main__":
    mcp.run(transport="streamable-http")
