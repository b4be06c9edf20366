<?php

namespace App\Controller;

#[Route('/api', name: 'api_')]
final class StatusController extends AbstractController
{
    #[Route('/health', name: 'health', methods: ['GET'])]
    public function health(): Response
    {
        return new Response('ok');
    }

    #[Route('/items/{id}', methods: ['GET'])]
    public function item(int $id): Response
    {
    }

    #[Route('/items', methods: ['POST'])]
    public function create(): Response
    {
    }
}
