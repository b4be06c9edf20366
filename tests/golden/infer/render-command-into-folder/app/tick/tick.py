import httpx

httpx.get('https://example.com')
