import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;

/** A greeting over HTTP, of the JDK alone. */
public class Main {
    public static void main(String[] arguments) throws IOException {
        // Longer than the load balancer keeps an idle connection (60 s); set before the first server is made.
        System.setProperty("sun.net.httpserver.idleInterval", "75");
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8080"));
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", exchange -> answer(exchange, "Hello from Java\n"));
        server.createContext("/healthz", exchange -> answer(exchange, "ok\n"));
        server.start();
    }

    private static void answer(HttpExchange exchange, String text) throws IOException {
        byte[] body = text.getBytes();
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
