import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;

public class Clock {
    public static void main(String[] args) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(8000), 0);
        server.createContext("/healthz", exchange -> exchange.sendResponseHeaders(200, -1));
        server.start();
    }
}
